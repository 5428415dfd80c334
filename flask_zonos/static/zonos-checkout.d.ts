// Types of zonos-checkout.js: its events, and what it reads and hands on.
// In a shop's own script: /// <reference path=".../zonos-checkout.d.ts" />

/** How well the checkout knows the shopper, and why not better. */
export interface Recognition {
  level: "profile" | "prefill" | "guest";
  reason: string | null;
}

/** A rejected `createCartId`, or trouble that the sale survives. */
export interface ErrorDetail {
  /**
   * From the server (`empty-cart`, `identity-changed`, ...) or from here: `network`,
   * `timeout`, `redirected`, `bad-answer`, `failed`, `script-unavailable`,
   * `script-blocked`, `inventory-unavailable`, `order-hint-failed`, `no-order-id`,
   * `invalid-settings`, `page-changed`.
   */
  code: string;
  /** The HTTP status; 0 without an answer. */
  status: number;
  /** What the page says, in debug what of the shop's does not fit; null if there was nothing to tell. */
  message: string | null;
  /** Of a script of Zonos's that did not load, without its query. */
  url?: string;
}

/** A cart was made. It never carries the one-time password. */
export interface CartDetail {
  cartId: string;
  recognition: Recognition;
  /** From `Server-Timing`, in milliseconds: `cart`, `profile`, `total`. */
  timing: Record<string, number>;
}

/** A checkout is on the page. */
export interface OpenedDetail {
  cartId: string;
}

export interface OrderDetail {
  orderId: string;
}

/** The place-order button's `data-zonos-state`; without one Zonos isn't there (yet). */
export type State = "ready" | "asking" | "opening" | "failed";

export type RequestData = Record<string, unknown>;

export interface ConfigureDetail {
  /** What `Zonos.init` gets; change it as you like. */
  settings: InitSettings;
  /** Sent with each request for a cart: hints for the shop's cart loader. */
  requestData:
    | RequestData
    | ((...given: unknown[]) => RequestData | Promise<RequestData>);
}

export interface CartAnswer {
  cartId: string;
  customerAuthenticationToken?: string;
  shippingData?: ShippingData | null;
  /** A banner below the total, an item a line; Markdown links are allowed. */
  customMessage?: string[];
}

/** An address prefilled from the shop's own data. */
export interface ShippingData {
  customerFirstName: string;
  customerLastName: string;
  customerAddress1: string;
  customerEmail: string;
  customerPhone: string;
  customerZip: string;
  [field: string]: string;
}

export interface CheckoutSettings {
  placeOrderButtonSelector?: string;
  alwaysTriggerInternationalCheckoutSelector?: string;
  createCartId?: (
    ...given: unknown[]
  ) => Promise<CartAnswer | string> | CartAnswer | string;
  onInventoryCheck?: (...given: unknown[]) => unknown;
  onOrderSuccess?: (result: OrderResult, ...more: unknown[]) => unknown;
  onClose?: (...given: unknown[]) => unknown;
  [setting: string]: unknown;
}

export interface OrderResult {
  zonosOrder?: { id?: string } | null;
  [key: string]: unknown;
}

/** The parameters of `Zonos.init`. */
export interface InitSettings {
  checkoutSettings: CheckoutSettings;
  [setting: string]: unknown;
}

/** The data block that `zonos_checkout()` prints; another origin's page writes its own. */
export interface PageSettings {
  cartInfoUrl: string;
  orderHintUrl: string;
  inventoryCheckUrl?: string | null;
  /** For whom the page was made; not checked without. */
  identity?: string;
  scriptUrl: string;
  csrfToken?: string | null;
  language?: string | null;
  messages?: Record<string, string>;
  init: Record<string, unknown> & { checkoutSettings?: CheckoutSettings };
}

export interface ZonosScript {
  init(settings: InitSettings): Promise<unknown>;
}

/** A Trusted Types policy, as far as it is used; TypeScript does not know them yet. */
export interface TrustedPolicy {
  createScriptURL(url: string): string;
}

/** The events on `document`. */
export interface ZonosEvents {
  "zonos:configure": ConfigureDetail;
  "zonos:ready": null;
  "zonos:cart": CartDetail;
  "zonos:error": ErrorDetail;
  "zonos:opened": OpenedDetail;
  "zonos:order": OrderDetail;
}

/** A click's request, and why it was given up. */
export interface Flight {
  abort: AbortController;
  error: (Error & { code: string; status: number }) | null;
  cart: Promise<CartAnswer> | null;
}

export type Emit = <Name extends keyof ZonosEvents>(
  name: Name,
  detail: ZonosEvents[Name],
) => unknown;

export type Note = (code: string, more?: { status?: number; url?: string }) => unknown;

export type Post = (
  url: string,
  data: object | string,
  limit: number,
  keepalive?: boolean,
  which?: Flight,
) => Promise<{ answer: any; response: Response }>;

export type Show = (next: State, text?: string, offersOwnCheckout?: boolean) => void;

export type End = (which: Flight, error: NonNullable<Flight["error"]>) => void;

/** `given` is what Zonos has given to `createCartId`. */
export type RequestCart = (mine: Flight, given: unknown[]) => Promise<CartAnswer>;

/** `already` says whether such a reload has brought the page. */
export type ReloadOnce = (code: string, already: unknown) => boolean;

/** `asker` is the script that has asked for it. */
export type ReportMissing = (code: string, url: string, asker?: string) => void;

export type FindNotice = (button: HTMLElement) => HTMLElement;

export type FindScripts = (selector: string) => HTMLScriptElement[];

type Callback<Arguments extends unknown[]> = (...args: Arguments) => unknown;

export type Both = <Arguments extends unknown[]>(
  ours: Callback<Arguments>,
  theirs: Callback<Arguments> | undefined,
) => (...args: Arguments) => Promise<unknown>;

declare global {
  interface DocumentEventMap {
    "zonos:configure": CustomEvent<ConfigureDetail>;
    "zonos:ready": CustomEvent<null>;
    "zonos:cart": CustomEvent<CartDetail>;
    "zonos:error": CustomEvent<ErrorDetail>;
    "zonos:opened": CustomEvent<OpenedDetail>;
    "zonos:order": CustomEvent<OrderDetail>;
  }
  interface Window {
    Zonos?: ZonosScript;
    zonosCheckout?: { refresh(): void };
    trustedTypes?: { createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy };
  }
}
