import { formatSignature, type OpenedNote } from '../transparency/signed-note.ts';

/** The lines of those who were found to have signed. Others are not ours to pass on. */
export function signaturesOf({ signatures, verifiedBy }: OpenedNote): string {
  const good = new Set(verifiedBy.map(({ verifier: { name, id } }) => `${name}+${id}`));
  return signatures
    .filter(({ name, id }) => good.has(`${name}+${id}`))
    .map(formatSignature)
    .join('');
}
