/* What stands in the address's fields before the shopper has typed anything. */

/** The fields' values, from the profile or from the shop's shippingData. */
function values(customer, shippingData) {
  if (customer) return { ...names(customer), email: customer.email, phone: customer.phone };
  if (!shippingData) return {};
  const { customerFirstName: firstName, customerLastName: lastName } = shippingData;
  return {
    ...(firstName || lastName ? { firstName, lastName } : names({ name: shippingData.customerName })),
    email: shippingData.customerEmail,
    phone: shippingData.customerPhone,
    line1: shippingData.customerAddress1,
    line2: shippingData.customerAddress2,
    locality: shippingData.customerCity,
    administrativeArea: shippingData.customerState,
    postalCode: shippingData.customerZip,
    countryCode: shippingData.customerCountry,
  };
}

/** A whole name parted at its first blank, for want of better. */
function names({ name }) {
  const [firstName, ...others] = (name ?? "").trim().split(/\s+/);
  return { firstName, lastName: others.join(" ") };
}

export function prefill(form, customer, shippingData) {
  for (const [name, value] of Object.entries(values(customer, shippingData))) {
    if (value) form.elements[name].value = value;
  }
}
