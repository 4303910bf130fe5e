const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The two parts of a timestamped_signature (C2SP tlog-cosignature, “Format”). */
export interface TimedSignature {
  /** Seconds since 1970. */
  readonly time: number;
  readonly signature: Uint8Array;
}

/** What an Ed25519 cosigner signs: its first line keeps it from being any other note. */
export function cosignedMessage(text: string, time: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}

/** @throws RangeError for what is no time */
export function formatTimedSignature({ time, signature }: TimedSignature): Uint8Array {
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError('a cosignature has its time in whole seconds');
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeBigUInt64BE(BigInt(time));
  return Buffer.concat([bytes, signature]);
}

/** Undefined if they are not such bytes, or name a time that no clock of ours shows. */
export function parseTimedSignature(bytes: Uint8Array): TimedSignature | undefined {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0));
  return Number.isSafeInteger(time) ? { time, signature: bytes.subarray(TIME_BYTES) } : undefined;
}
