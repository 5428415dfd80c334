/* The parameters of Zonos.init, by the names of Zonos's types: what is not done is said. */

import { warn } from "./console.js";

const DASHBOARD = "Zonos takes it from Dashboard alone";
const HOSTED = "it is about hosted checkout, which the sandbox has not";
const NO_WIDGET = "the sandbox has Hello's dialog and no widget in the page";
const NO_PRICES = "the sandbox converts no prices of the page";
const NOT_HERE = "the sandbox has nothing like it";

/** Why an option does nothing; null for one that is honoured. */
const OPTIONS = {
  storeId: null,
  zonosApiKey: null,
  checkoutSettings: null,
  helloSettings: null,
  onCountryChange: null,
  appearance: "the sandbox looks like the sandbox",
  currencyConverter: NO_PRICES,
  overrideCurrencyFormat: NO_PRICES,
};

const CHECKOUT = {
  allowedCharacterSets: null,
  alwaysTriggerInternationalCheckoutSelector: null,
  buildCartDetail: null,
  companyFieldsStatus: null,
  createCartId: null,
  disablePlaceOrderButtonActivation: null,
  mode: null,
  onClose: null,
  onInventoryCheck: null,
  onOrderSuccess: null,
  placeOrderButtonSelector: null,
  successBehavior: null,
  successPageActionText: null,
  successPageSubtitleText: null,
  successPageTitleText: null,
  successRedirectUrl: null,
  visibilityStatus: null,
  allowedSettlementCurrencies: "shoppers pay in the currency of their country",
  analyticsProviders: NOT_HERE,
  bigCommerceConfig: NOT_HERE,
  buildLandedCost: "the sandbox makes duties and taxes up",
  captureDelay: DASHBOARD,
  cartExpiration: HOSTED,
  defaultCartExpiration: HOSTED,
  externalPaymentMethods: "the sandbox takes test cards only",
  externalServiceTokens: NOT_HERE,
  orderNotifications: "the sandbox sends no mail",
  organization: DASHBOARD,
  subscriptionStatus: DASHBOARD,
};

const HELLO = {
  countryOverrideBehavior: null,
  onInitSuccess: null,
  ...Object.fromEntries(
    `anchorElementSelector cartUrlPattern countryDisplayRules desktopLocation
     excludedUrlPatterns homepageUrlPattern mobileLocation notFoundElementFallback
     peekMessageBehavior peekMessageDelay productAddToCartElementSelector
     productDescriptionElementSelector productDetailUrlPattern productListUrlPattern
     productTitleElementSelector restrictionBehavior showCountryList showForCountries
     visibilityStatus widgetSize`
      .split(/\s+/)
      .map((name) => [name, NO_WIDGET]),
  ),
  currencyBehavior: NO_PRICES,
  currencyElementSelector: NO_PRICES,
  mode: "checkoutSettings.mode counts",
  organization: DASHBOARD,
};

const VALUES = {
  allowedCharacterSets: ["ALL", "LATIN"],
  companyFieldsStatus: ["ENABLED", "DISABLED"],
  countryOverrideBehavior: ["URL_PARAM", "SESSION"],
  mode: ["TEST", "LIVE"],
  successBehavior: ["CLOSE_MODAL", "REDIRECT_TO_SUCCESS_PAGE", "ZONOS_SUCCESS_PAGE"],
  visibilityStatus: ["ENABLED", "DISABLED"],
};

/** Says each option that does nothing here, and each that Zonos's types don't know. */
export function reviewOptions(settings, mode) {
  review("", OPTIONS, settings);
  review("checkoutSettings.", CHECKOUT, settings.checkoutSettings ?? {});
  review("helloSettings.", HELLO, settings.helloSettings ?? {});
  const given = settings.checkoutSettings ?? {};
  if (given.mode && given.mode !== mode) {
    warn(`checkoutSettings.mode is ${given.mode}, but this sandbox is in mode ${mode}.`);
  }
  if (given.successBehavior === "REDIRECT_TO_SUCCESS_PAGE" && !given.successRedirectUrl) {
    warn("REDIRECT_TO_SUCCESS_PAGE needs a successRedirectUrl.");
  }
}

function review(path, known, given) {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) warn(`Zonos.init knows no ${path}${name}.`);
    else if (known[name]) warn(`${path}${name} does nothing here: ${known[name]}.`);
    else if (value && VALUES[name] && !VALUES[name].includes(value)) {
      warn(`${path}${name} is one of ${VALUES[name].join(", ")}, not ${value}.`);
    }
  }
}
