/* The shopper's country and currency. */

const REMEMBERED = "zonos-sandbox-country";

export class Shopper {
  constructor(sandbox, { countryOverrideBehavior } = {}) {
    this.sandbox = sandbox;
    this.remembers = sandbox.helloRemembers || countryOverrideBehavior === "SESSION";
    const chosen = this.remembers && sessionStorage.getItem(REMEMBERED);
    this.countryCode = countryInAddress("zCountry") ?? (chosen || sandbox.countryCode);
    this.chosenCurrency = null;
  }

  /** Takes what the shopper has chosen in Hello's dialog. */
  choose({ countryCode, currencyCode }) {
    this.countryCode = countryCode;
    this.chosenCurrency = currencyCode;
    if (this.remembers) sessionStorage.setItem(REMEMBERED, countryCode);
  }

  get isShippable() {
    return !this.sandbox.notShippedTo.includes(this.countryCode);
  }

  /** Whether the place-order button opens Zonos Checkout. */
  get isInternational() {
    return this.isShippable && !this.sandbox.domestic.includes(this.countryCode);
  }

  get currencyCode() {
    return this.chosenCurrency ?? this.sandbox.currencies[this.countryCode] ?? "USD";
  }

  get asInit() {
    return { countryCode: this.countryCode, currencyCode: this.currencyCode };
  }

  get asChange() {
    return {
      countryCode: this.countryCode,
      currencyCode: this.isShippable ? this.currencyCode : null,
      isShippableCountry: this.isShippable,
    };
  }
}

/** The country that a parameter of the page's address names. */
export function countryInAddress(...names) {
  const parameters = new URLSearchParams(location.search);
  const found = names.map((name) => parameters.get(name)).find((text) => /^[a-z]{2}$/i.test(text));
  return found?.toUpperCase();
}
