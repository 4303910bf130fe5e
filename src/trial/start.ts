import { resolve } from 'node:path';
import type { Gateway } from '../compose.ts';
import { readEnvironment } from '../config/env.ts';
import { FaultsError } from '../domain/fault.ts';
import { stopOnSignal } from '../process.ts';
import { startSurroundings } from './surroundings.ts';
import { startTrialGateway } from './trial-gateway.ts';

const CERTS_DIR = resolve('certs-dev');
const STATE_DIR = resolve('.trial');

/** `npm start`: the gateway and all it needs on a laptop. What the environment sets has precedence. */
async function start(): Promise<void> {
  const environment = readEnvironment();
  const surroundings = await startSurroundings({
    certsDir: CERTS_DIR,
    stateDir: STATE_DIR,
    policiesDir: environment['SHUQIAO_POLICIES_DIR'] ?? 'policies',
  });
  const starting = startTrialGateway({ ...surroundings.environment, ...environment }, { certsDir: CERTS_DIR });
  stopOnSignal(async () => {
    await (await starting).stop();
    await surroundings.close();
  });
  const resident = surroundings.registers.residents.find(({ status }) => status === '正常');
  if (resident !== undefined) process.stdout.write(await welcome(await starting, resident));
}

async function welcome(
  { urls, ledger, database }: Gateway,
  { residentId, name }: { readonly residentId: string; readonly name: string },
): Promise<string> {
  const { size, chain } = await ledger.head();
  const system = 'market-regulation.enterprise-registration';
  const curl = `curl -sS --cacert certs-dev/ca.pem --cert certs-dev/systems/${system}.pem --key certs-dev/systems/${system}.key.pem`;
  return `
Shuqiao 数桥 is listening
  exchange   ${urls.exchange}   (mutual TLS)
  control    ${urls.control}   (this machine only)
  telemetry  ${urls.telemetry}   /metrics /livez /readyz
  database   ${database.description}${database.durable ? '' : '. For trial only: it never calls fsync, so a power cut can lose what it committed; set DATABASE_URL for a real one'}

The ledger has ${size} entries; its head is ${size}:${chain}

Ask public security to confirm a person, for opening a shop 企业开办; with an access token\nthat is bound to the certificate; the answer comes sealed, and the last command opens it:

TOKEN=$(${curl} -d grant_type=client_credentials -d client_id=${system} ${urls.exchange}/oauth/token | sed 's/.*"access_token":"//; s/".*//')

${curl} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"purpose":"open-a-shop","query":{"residentId":"${residentId}","name":"${name}"}}' ${urls.exchange}/exchange/public-security/resident-identity/v1 | npx shuqiao answer open --key certs-dev/systems/${system}.private.jwk.json --gateway-keys certs-dev/gateway.jwks.json

Ctrl-C stops it.
`;
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof FaultsError ? error.message : String(error)}\n`);
  process.exit(1);
});
