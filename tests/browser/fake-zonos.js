// A stand-in for Zonos's script, after its types (1.3.135) and an older loader. The
// address steers it: ?init=reject|hang, ?checkout=shown, and ?elements= for a script that
// is appended without a nonce; without `elements` they are there at once. What happened
// stands in window.fake.
{
  const wish = new URL(document.currentScript.src).searchParams;
  const fake = (window.fake ??= { scripts: 0, inits: 0, opened: [], rejected: [] });
  fake.scripts += 1;

  function append(source) {
    const tag = document.createElement("script");
    tag.src = source;
    document.body.append(tag);
  }

  // Disabled until the elements are there, and for five seconds at most.
  function disable(buttons) {
    const guard = (event) => event.preventDefault();
    for (const button of buttons) {
      button.setAttribute("disabled", "true");
      button.addEventListener("click", guard);
    }
    const enable = () => {
      for (const button of buttons) {
        button.removeAttribute("disabled");
        button.removeEventListener("click", guard);
      }
    };
    setTimeout(enable, 5_000);
    return enable;
  }

  // The checkout lives in an element at the body's end, and goes with it.
  function listen(buttons, { createCartId }) {
    const controller = document.createElement("zonos-controller");
    controller.attachShadow({ mode: "open" });
    document.body.append(controller);
    const press = async (event) => {
      if (!controller.isConnected) return;
      event.preventDefault();
      try {
        fake.opened.push(await createCartId("given"));
        if (wish.get("checkout") !== "shown") return;
        const sheet = document.createElement("div");
        Object.assign(sheet.style, { position: "fixed", top: 0, left: 0 });
        sheet.textContent = "Checkout";
        controller.shadowRoot.append(sheet);
      } catch (error) {
        fake.rejected.push(error.message);
      }
    };
    for (const button of buttons) button.addEventListener("click", press);
  }

  const Zonos = {
    async init(settings) {
      fake.inits += 1;
      if (Zonos.doneInit) return;
      Zonos.doneInit = true;
      fake.settings = settings;
      const { checkoutSettings } = settings;
      const buttons = [
        ...document.querySelectorAll(checkoutSettings.placeOrderButtonSelector),
      ];
      const enable = disable(buttons);
      if (wish.get("init") === "reject") throw new Error("no such store");
      if (wish.get("init") === "hang") await new Promise(() => {});
      fake.start = () => {
        enable();
        listen(buttons, checkoutSettings);
      };
      if (wish.has("elements")) append(wish.get("elements"));
      else fake.start();
    },
  };
  window.Zonos = Zonos;
}
