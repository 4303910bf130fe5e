import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** A name that leads where no source may be. */
class AddressRefusedError extends Error {
  readonly code = 'SHUQIAO_ADDRESS_REFUSED';

  constructor() {
    super('the name of the source resolves to an address where it may not be');
    this.name = 'AddressRefusedError';
  }
}

/**
 * How the name of a source becomes addresses, for each connection anew. One that it may not have refuses all of them: whoever
 * answered with it is not to be believed about the others.
 */
export function guardedLookup(mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = error === null ? addresses : [];
      if (error !== null || first === undefined) callback(error, '');
      else if (!addresses.every(({ address }) => mayReach(address))) callback(new AddressRefusedError(), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
