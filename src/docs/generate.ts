import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadContracts } from '../contract/load-contracts.ts';
import { FaultsError } from '../domain/fault.ts';
import { exchangeOpenApi } from '../openapi/exchange-openapi.ts';
import { disclosurePage } from './disclosure-page.ts';
import { ledgerEntriesPage } from './ledger-entries-page.ts';
import { contractsPage, headersPage, problemsPage, treatmentsPage } from './pages.ts';
import { SCHEMAS } from './schemas.ts';
import { sourcesPage } from './sources-page.ts';

/** `npm run docs`: everything below docs/ that repeats what the code says. CI writes it again and finds no difference. */
function generate(folder: string): void {
  const { contracts, faults } = loadContracts('contracts');
  if (faults.length > 0) throw new FaultsError(faults);
  const files: Readonly<Record<string, string>> = {
    'problems.md': problemsPage(),
    'headers.md': headersPage(),
    'treatments.md': treatmentsPage(),
    'contracts.md': contractsPage(),
    'sources.md': sourcesPage(),
    'ledger-entries.md': ledgerEntriesPage(),
    'disclosure.md': disclosurePage(),
    'api/exchange.openapi.json': json(exchangeOpenApi(contracts)),
    ...Object.fromEntries(
      Object.entries(SCHEMAS).map(([name, schema]) => [`schemas/${name}.schema.json`, json(schema)]),
    ),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

generate('docs');
