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
   * `inventory-unavailable`, `order-hint-failed`, `no-order-id`, `invalid-settings`,
   * `page-changed`.
   */
  code: string;
  /** The HTTP status; 0 without an answer. */
  status: number;
  /** What the shopper was told; null if there was nothing to tell. */
  message: string | null;
}

/** A cart was made. It never carries the one-time password. */
export interface CartDetail {
  cartId: string;
  recognition: Recognition;
  /** From `Server-Timing`, in milliseconds: `cart`, `profile`, `total`. */
  timing: Record<string, number>;
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
  requestData: RequestData | (() => RequestData | Promise<RequestData>);
}

export type CartAnswer =
  | { cartId: string }
  | { cartId: string; customerAuthenticationToken: string }
  | { cartId: string; shippingData: Record<string, unknown> };

export interface CheckoutSettings {
  placeOrderButtonSelector?: string;
  createCartId?: () => Promise<CartAnswer | string> | CartAnswer | string;
  onInventoryCheck?: (items: unknown) => unknown;
  onOrderSuccess?: (result: OrderResult) => unknown;
  onClose?: () => unknown;
  [setting: string]: unknown;
}

export interface OrderResult {
  zonosOrder?: { id?: string };
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
  "zonos:order": OrderDetail;
}

export type Emit = <Name extends keyof ZonosEvents>(
  name: Name,
  detail: ZonosEvents[Name],
) => unknown;

type Callback<Arguments extends unknown[]> = (...args: Arguments) => unknown;

export type Both = <Arguments extends unknown[]>(
  ours: Callback<Arguments>,
  theirs: Callback<Arguments> | undefined,
) => (...args: Arguments) => Promise<void>;

declare global {
  interface DocumentEventMap {
    "zonos:configure": CustomEvent<ConfigureDetail>;
    "zonos:ready": CustomEvent<null>;
    "zonos:cart": CustomEvent<CartDetail>;
    "zonos:error": CustomEvent<ErrorDetail>;
    "zonos:order": CustomEvent<OrderDetail>;
  }
  interface Window {
    Zonos?: ZonosScript;
    zonosCheckout?: { refresh(): void };
    trustedTypes?: { createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy };
  }
}
