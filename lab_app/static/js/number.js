// How a typed number is understood, by the rules the server reads by (it alone decides): one decimal mark, no grouping, and
// nothing that could be two numbers.
const NUMBER = /^([+-]?)(\d*)(?:([.,])(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

export function understand(text, language) {
  const mark = language === "vi" ? "," : ".";
  const cleaned = text.trim().replace("\u2212", "-");
  if (!cleaned) return "";
  const match = NUMBER.exec(cleaned);
  if (!match || !(match[2] || match[4])) return null;
  const [, sign, whole, separator, fraction, exponent] = match;
  if (separator && separator !== mark && fraction.length === 3 && whole.length <= 3 && /[1-9]/.test(whole)) return null;
  let digits = whole || "0";
  if (digits.length >= 5) digits = digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return (sign === "-" ? "\u2212" : "") + digits + (fraction ? mark + fraction : "") + (exponent ? " × 10^" + exponent : "");
}

export function understandMoney(text, language) {
  const digits = text.trim().replace(/[ \u202f\u00a0]/g, "");
  if (!digits) return "";
  const bare = /^\d{1,3}(\.\d{3})+$/.test(digits) ? digits.replaceAll(".", "") : digits;
  if (!/^\d{1,15}$/.test(bare)) return null;
  return bare.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, language === "vi" ? "." : ",");
}
