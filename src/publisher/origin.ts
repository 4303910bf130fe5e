/** Which log a checkpoint is of, in parts: `ledger.<domain>/<epoch>`. */
export interface Origin {
  readonly domain: string;
  /** From 1. A number is never used again for another tree. */
  readonly epoch: number;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const ORIGIN = new RegExp(`^ledger\\.(?<domain>${LABEL}(?:\\.${LABEL})*)/(?<epoch>[1-9]\\d{0,8})$`);

/** Undefined if it is no origin of a ledger. */
export function parseOrigin(text: string): Origin | undefined {
  const { domain, epoch } = ORIGIN.exec(text)?.groups ?? {};
  return domain === undefined ? undefined : { domain, epoch: Number(epoch) };
}
