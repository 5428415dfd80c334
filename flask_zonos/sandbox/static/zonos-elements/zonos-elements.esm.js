/* The further script that the loader brings, as a module: the checkout's element. */

import { ZonosController } from "./controller.js";

if (!customElements.get("zonos-controller")) {
  customElements.define("zonos-controller", ZonosController);
}
