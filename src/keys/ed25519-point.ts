// RFC 8032 §5.1: the field, and d of the curve −x² + y² = 1 + d x² y².
const P = 2n ** 255n - 19n;
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const BYTES = 32;
/** The y of a point of order 8; the other seven points of small order have y, −y, 0, 1 or −1. */
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = new Set([0n, 1n, P - 1n, Y8, P - Y8]);

/**
 * Whether 32 bytes are a point of the curve, written the one right way, and of more than small order: under a key of small
 * order there is a signature that holds for many messages. OpenSSL takes any 32 bytes.
 */
export function isEd25519Point(encoded: Uint8Array): boolean {
  if (encoded.length !== BYTES) return false;
  const number = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`);
  const y = number & (2n ** 255n - 1n);
  if (y >= P || SMALL_ORDER.has(y)) return false;
  const y2 = (y * y) % P;
  // x² = (y² − 1) / (d y² + 1); a fraction is a square where the product is, by Euler's criterion.
  const product = ((y2 + P - 1n) * (D * y2 + 1n)) % P;
  return power(product, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
