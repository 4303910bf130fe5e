import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Admission } from '../domain/admission.ts';
import { DATA_SHARING } from '../domain/data-sharing.ts';
import type { PeerCertificate } from '../domain/party.ts';
import type { RegisteredKeys } from '../domain/registered-key.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { tokenCaller } from './token-caller.ts';

export interface ClientNeeds {
  readonly snapshot: () => Snapshot;
  readonly registeredKeys: RegisteredKeys;
  readonly admission: Pick<Admission, 'frozenAs'>;
}

/**
 * The storage of oidc-provider. Clients are the registered systems, as they are now; the ids of assertions were used up
 * before it is asked; tokens are JWTs and stored nowhere. Whatever else it would store is nothing that is switched on.
 */
export function createStorage(needs: ClientNeeds): (kind: string) => Adapter {
  return (kind) => ({
    find: async (id) => (kind === 'Client' ? await clientOf(id, needs) : undefined),
    upsert: async () => {
      if (kind !== 'ReplayDetection') throw new TypeError(`nothing of the kind ${kind} is stored`);
    },
    findByUserCode: async () => {},
    findByUid: async () => {},
    consume: async () => {},
    destroy: async () => {},
    revokeByGrantId: async () => {},
  });
}

async function clientOf(id: string, needs: ClientNeeds): Promise<AdapterPayload | undefined> {
  const { snapshot, registeredKeys, admission } = needs;
  const { peer, method } = tokenCaller.getStore() ?? {};
  const system = snapshot().systems.get(id);
  // Over the certificate of another system nobody is a client, whatever key it has: the token would be bound to that one.
  if (peer === undefined || system === undefined || peer.commonName !== id || peer.organization !== system.department)
    return undefined;
  // Its exchanges are refused anyway; but a token that was got meanwhile would be good once the freeze is lifted.
  const who = { department: system.department, system: id, thumbprint: peer.thumbprint };
  if ((await admission.frozenAs(who)) !== undefined) return undefined;
  const client: AdapterPayload = {
    client_id: id,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    authorization_details_types: [DATA_SHARING],
    tls_client_certificate_bound_access_tokens: true,
  };
  if (method === 'tls_client_auth')
    return { ...client, token_endpoint_auth_method: method, tls_client_auth_subject_dn: subjectOf(peer) };
  const keys = await registeredKeys.keysOf(id, 'sig');
  return keys.length === 0
    ? undefined
    : {
        ...client,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: keys.map(({ kid, alg, jwk }) => ({ ...jwk, kid, alg, use: 'sig' })) },
      };
}

export function subjectOf({ commonName, organization }: PeerCertificate): string {
  return `CN=${commonName},O=${organization}`;
}
