// The direction of dependence, as rules (README, "How the code is laid out").
// test/architecture/dependencies.test.ts breaks every one of them on purpose and checks that it is reported.
const RULES =
  '(schema|contract|compatibility|policy|semantic|treatment|plan|disclosure|review|synthetic|ledger|keys|certificates|transparency|auditor)';

const NETWORK = '^(node:)?(net|http|https|http2|tls|dgram|dns|child_process)$';

const never = (name, from, to) => ({ name, severity: 'error', from, to });
const door = (name, library, from) =>
  never(`door-${name}`, { path: '^src/', pathNot: from }, { path: `node_modules/${library}/` });

module.exports = {
  forbidden: [
    never('no-cycles', {}, { circular: true }),
    never(
      'no-orphans',
      {
        orphan: true,
        path: '^src/',
        pathNot: '^src/(main|cli/shuqiao|docs/generate|trial/(start|demo|certs-dev))\\.ts$|\\.d\\.ts$',
      },
      {},
    ),
    never(
      'planes-never-meet',
      { path: '^src/(data|control)-plane/' },
      { path: '^src/(data|control)-plane/', pathNot: '^src/$1-plane/' },
    ),
    never(
      'stages-never-meet',
      { path: '^src/data-plane/(\\d-[^/]+)/' },
      { path: '^src/data-plane/\\d-[^/]+/', pathNot: '^src/data-plane/$1/' },
    ),
    never('domain-is-pure', { path: '^src/domain/' }, { pathNot: '^src/domain/' }),
    never('rules-do-no-io', { path: `^src/${RULES}/` }, { path: NETWORK }),
    never('rules-look-down', { path: `^src/${RULES}/` }, { path: '^src/', pathNot: `^src/(domain|${RULES})/` }),
    never(
      'planes-take-ports',
      { path: '^src/(data|control)-plane/' },
      { path: '^src/(store|config|telemetry|cli|trial)/' },
    ),
    never(
      'adapters-look-down',
      { path: '^src/(store|http|telemetry|config|openapi)/' },
      { path: '^src/(data-plane|control-plane|cli|trial)/|^src/(main|compose)\\.ts$' },
    ),
    never(
      'rehearsal-looks-down',
      { path: '^src/rehearsal/' },
      { path: '^src/', pathNot: `^src/(domain|${RULES}|data-plane|rehearsal)/` },
    ),
    // By whatever way: what is rehearsed asks no source and calls nobody.
    never(
      'rehearsal-reaches-nobody',
      { path: '^src/rehearsal/' },
      { path: `^src/data-plane/3-fetch/|${NETWORK}`, reachable: true },
    ),
    never(
      'only-operators-rehearse',
      { path: '^src/', pathNot: '^src/(rehearsal|cli|control-plane)/' },
      { path: '^src/rehearsal/' },
    ),
    // It compiles grants that are over their limits, to tell of them.
    never(
      'only-operators-lint',
      { path: '^src/', pathNot: '^src/(disclosure|cli|docs|control-plane)/' },
      { path: '^src/disclosure/' },
    ),
    never(
      'only-the-linter-goes-over-limits',
      { path: '^src/', pathNot: '^src/cli/policy-lint\\.ts$' },
      { path: '^src/disclosure/compile-over-limits\\.ts$' },
    ),
    // A gateway that can make up a record can answer with one.
    never(
      'only-operators-make-up',
      { path: '^src/', pathNot: '^src/(synthetic|rehearsal|cli|control-plane|trial)/' },
      { path: '^src/synthetic/' },
    ),
    never(
      'tokens-take-ports',
      { path: '^src/authorization-server/' },
      { path: '^src/', pathNot: '^src/(authorization-server|domain|keys|http)/' },
    ),
    // What asks for a token and what takes one have nothing of each other but the token.
    never(
      'only-compose-issues-tokens',
      { path: '^src/', pathNot: '^src/(authorization-server/|compose(-apps)?\\.ts$)' },
      { path: '^src/authorization-server/' },
    ),
    // Who checks the gateway runs it: what proves a log knows the formats of others, and nothing of the gateway.
    never(
      'transparency-stands-alone',
      { path: '^src/transparency/' },
      { path: '^src/', pathNot: '^src/transparency/' },
    ),
    // The audit office runs it without a gateway, and whoever publishes asks it.
    never(
      'witness-takes-ports',
      { path: '^src/witness/' },
      { path: '^src/', pathNot: '^src/(witness|domain|transparency|http)/' },
    ),
    // By it the log is judged: nothing that wrote the log, or reads a database, has a say in it.
    never(
      'auditor-stands-alone',
      { path: '^src/auditor/' },
      { path: '^src/|node_modules/', pathNot: '^src/(auditor|transparency)/|node_modules/@types/node/' },
    ),
    // It is handed to departments: of ours it has the words and the proofs only, and of others' nothing but jose.
    never(
      'client-stands-alone',
      { path: '^src/client/' },
      { path: '^src/|node_modules/', pathNot: '^src/(client|domain|transparency)/|node_modules/(jose|@types/node)/' },
    ),
    // It signs: what it relies on is small, and the rest comes to it by ports.
    never(
      'publisher-takes-ports',
      { path: '^src/publisher/' },
      { path: '^src/', pathNot: '^src/(publisher|domain|transparency|http)/' },
    ),
    never('only-operators-publish', { path: '^src/', pathNot: '^src/(publisher|cli)/' }, { path: '^src/publisher/' }),
    never('product-never-imports-trial', { path: '^src/', pathNot: '^src/trial/' }, { path: '^src/trial/' }),
    never('nobody-imports-docs', { path: '^src/', pathNot: '^src/docs/' }, { path: '^src/docs/' }),
    never('nobody-imports-main', {}, { path: '^src/main\\.ts$' }),
    never('src-never-imports-test', { path: '^src/' }, { path: '^test/' }),
    door('pg', 'pg', '^src/store/'),
    door('pglite', '@electric-sql/pglite', '^src/store/'),
    door('jose', 'jose', '^src/(keys|client)/'),
    door('noble', '@noble/ciphers', '^src/keys/'),
    door('ajv', 'ajv(-formats)?', '^src/schema/'),
    door('typebox', '@sinclair/typebox', '^src/(schema|contract|policy|treatment|config)/'),
    door('undici', 'undici', '^src/data-plane/3-fetch/'),
    door('prom-client', 'prom-client', '^src/telemetry/'),
    door(
      'koa',
      '((@types/)?koa|@koa/router)',
      '^src/(http/|(data|control)-plane/(app|route|receipt-route)\\.ts$|publisher/reader-app\\.ts$|authorization-server/(create|serve)-tokens\\.ts$)',
    ),
    door('oidc-provider', '(@types/)?oidc-provider', '^src/authorization-server/'),
    door('node-forge', '(@types/)?node-forge', '^src/trial/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
