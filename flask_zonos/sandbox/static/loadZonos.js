/* The sandbox's stand-in for Zonos's loader: the global, and what init adds to the page.
 *
 * Like the original it is short: the checkout itself comes in further scripts of another
 * host, which a policy of nonces and hosts blocks and 'strict-dynamic' lets through. */
(() => {
  "use strict";

  if (window.Zonos?.sandbox) return;

  const sandbox = __SANDBOX__;
  const source = document.currentScript?.src;
  const origin = source ? new URL(source).origin : sandbox.origin;
  const HELD = 5000; // milliseconds, whether the checkout has come or not
  const OTHER_NAME = { "127.0.0.1": "localhost", localhost: "127.0.0.1", "[::1]": "localhost" };

  const warn = (text) => console.warn(`Zonos sandbox: ${text}`);
  const report = (text) => console.error(`Zonos sandbox: ${text}`);

  // ------------------------------------------------------------------------ init

  async function init(settings) {
    if (Zonos.doneInit && sandbox.initOnce) return;
    if (typeof settings !== "object" || settings === null) {
      throw new TypeError("Zonos.init takes an object");
    }
    Zonos.doneInit = true;
    if (!settings.zonosApiKey) report("Zonos.init has no zonosApiKey.");
    const started = domReady().then(() => start(settings));
    if (sandbox.initWaits) await started;
  }

  function domReady() {
    if (document.readyState !== "loading") return Promise.resolve();
    return new Promise((resolve) =>
      document.addEventListener("DOMContentLoaded", resolve, { once: true }),
    );
  }

  /** Holds the buttons and brings the checkout; settles once that has begun. */
  async function start(settings) {
    Object.assign(Zonos, { storeId: settings.storeId, zonosApiKey: settings.zonosApiKey });
    const release = holdButtons(settings.checkoutSettings ?? {});
    const begun = new Promise((begin, fail) => {
      const given = { Zonos, sandbox, origin, settings, release, begin, fail };
      const earlier = document.querySelector("zonos-controller");
      if (earlier?.given && earlier.restart) earlier.restart(given);
      else addController(given);
    });
    return begun.catch((error) => {
      report(error.message);
      if (sandbox.initWaits) throw error;
    });
  }

  function addController(given) {
    document.querySelector("zonos-controller")?.remove();
    const controller = document.createElement("zonos-controller");
    controller.given = given;
    document.body.append(controller);
    if (!customElements.get("zonos-controller")) addScripts(given.fail);
  }

  /** Every match of the selector can't be pressed until the checkout is there. */
  function holdButtons({ placeOrderButtonSelector, disablePlaceOrderButtonActivation }) {
    if (!placeOrderButtonSelector || disablePlaceOrderButtonActivation) return () => {};
    const buttons = [...document.querySelectorAll(placeOrderButtonSelector)];
    for (const button of buttons) {
      button.setAttribute("disabled", "true");
      button.addEventListener("click", hold, true);
    }
    const release = () => {
      clearTimeout(timer);
      for (const button of buttons) {
        button.removeAttribute("disabled");
        button.removeEventListener("click", hold, true);
      }
    };
    const timer = setTimeout(release, HELD);
    return release;
  }

  function hold(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function addScripts(fail) {
    const host = new URL(origin);
    if (sandbox.foreignScripts) host.hostname = OTHER_NAME[host.hostname] ?? host.hostname;
    for (const name of ["zonos-elements.esm.js", "stripe.js"]) {
      const script = document.createElement("script");
      if (name.endsWith(".esm.js")) script.type = "module";
      script.src = new URL(`/dist/zonos-elements/${name}`, host).href;
      script.addEventListener("error", () =>
        fail(new Error(`${script.src} did not load: does a Content-Security-Policy block it?`)),
      );
      document.head.append(script);
    }
  }

  // ------------------------------------------------------------------ the global

  /** Calls a method of the page's controller, as soon as its script is there. */
  async function tell(method, ...values) {
    const controller = document.querySelector("zonos-controller");
    if (!controller) return report("There is no checkout in the page: has Zonos.init been called?");
    await customElements.whenDefined("zonos-controller");
    return controller[method](...values);
  }
  const parameters = new URLSearchParams(location.search);

  const Zonos = {
    sandbox: true,
    doneInit: false,
    debug: parameters.get("zonosDebug") === "1",
    cartId: null,
    storeId: undefined,
    zonosApiKey: undefined,
    init,
    getCurrentTimestamp: () => Date.now(),
    openHelloDialog: (open = true) => void tell("showHello", open),
    showNotification: (notification) => void tell("notify", notification),
    triggerCheckoutInternational: async () => tell("open", document.activeElement),
  };

  // Members that the original's types name, and that mean nothing here.
  const UNUSED = {
    _paypalMockResponse: null, cartData: null, cartSettings: null, domain: location.hostname,
    facebookPixelId: null, facebookPixelReady: false, googleAnalyticId: null,
    googleAnalyticReady: false, iframeLogType: null, isBigCommerce: false, isCollect: false,
    isInvoice: false, isLegacyCheckout: false, isNpm: false, loadTimeApiInfoList: [],
    logIntervalId: null, modeAlerted: false, overrideUseCustomAddressForm: false,
    paypal: null, releaseDate: "", showBaseForeign: false, startLoadTime: Date.now(),
    trackEventLogs: [], version: "sandbox", zonosConversionTest: false,
    zonosMode: sandbox.mode === "LIVE" ? "production" : "test",
    zonosQaUrl: null, zonosQaUrlApi: null, IframeService: undefined,
  };
  for (const [name, value] of Object.entries(UNUSED)) {
    const set = () => warn(`Zonos.${name} is set, which changes nothing here.`);
    Object.defineProperty(Zonos, name, { get: () => value, set, enumerable: true });
  }
  Object.defineProperty(Zonos, "stripe", {
    get: () => window.Stripe?.(Zonos.zonosApiKey),
    set: () => warn("Zonos.stripe is set, which changes nothing here."),
    enumerable: true,
  });
  const ABSENT = {
    displayCurrency: "the sandbox converts no prices of the page",
    injectSupportGoogleFont: "the sandbox brings no fonts",
    setupGoogleFont: "the sandbox brings no fonts",
    updateOrganizationName: "the sandbox shows no organization's name",
  };
  for (const [name, why] of Object.entries(ABSENT)) {
    Zonos[name] = () => warn(`Zonos.${name} does nothing here: ${why}.`);
  }
  for (const name of ["zCartUUID", "zonosShowBaseForeign", "zonosQaUrl", "useMerchantPolyfill"]) {
    if (parameters.has(name)) warn(`The address's ${name} means nothing here.`);
  }

  window.Zonos = Zonos;
})();
