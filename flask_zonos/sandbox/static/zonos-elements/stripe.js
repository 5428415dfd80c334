/* Stands where Stripe's script would be, so that a policy has it to let through. */
window.Stripe ??= Object.assign(() => ({ sandbox: true }), { version: "sandbox" });
