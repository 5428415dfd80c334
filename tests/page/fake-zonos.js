// A stand-in for Zonos's script. The address steers it: ?init=reject|hang|empty,
// ?country=domestic. What happened stands in window.fake.
{
  const wish = new URL(document.currentScript.src).searchParams;
  const fake = (window.fake ??= { scripts: 0, inits: 0, opened: [], rejected: [] });
  fake.scripts += 1;
  const Zonos = {
    async init(settings) {
      fake.inits += 1;
      fake.settings = settings;
      const { placeOrderButtonSelector, createCartId } = settings.checkoutSettings;
      const button = document.querySelector(placeOrderButtonSelector);
      button.disabled = true;
      if (wish.get("init") === "reject") throw new Error("no such store");
      if (wish.get("init") === "hang") await new Promise(() => {});
      await Promise.resolve();
      button.disabled = false;
      button.addEventListener("click", async (event) => {
        if (wish.get("country") === "domestic") return;
        event.preventDefault();
        try {
          fake.opened.push(await createCartId());
        } catch (error) {
          fake.rejected.push(error.message);
        }
      });
    },
  };
  if (wish.get("init") !== "empty") window.Zonos = Zonos;
}
