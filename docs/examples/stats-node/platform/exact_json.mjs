// JSON whose integers may be larger than a JavaScript number keeps exactly (a visitor is a number
// of 63 bits): those are read as texts of their digits.
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function parseExactly(text) {
  return JSON.parse(text.replace(TOKENS, (token) =>
    token[0] === '"' || !/^-?\d{16,}$/.test(token) || Number.isSafeInteger(Number(token))
      ? token : `"${token}"`));
}
