import { parseArgs } from 'node:util';
import { type Comparison, compareVersions } from '../compatibility/compare-versions.ts';
import { type ContractVersion, readContractVersion } from '../compatibility/contract-version.ts';
import { type Impact, impactOf } from '../compatibility/impact.ts';
import { FaultsError } from '../domain/fault.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { findingLine } from './finding-line.ts';

export const contractDiff: Command = {
  usage: 'shuqiao contract diff OLD [OLD…] NEW [--policies DIR] [--json]',
  summary:
    'Compares a version of a contract with older ones: folders with contract.json and schema.json. Exit: 0 compatible or a new major, 1 error, 2 findings.',
  errorExit: EXIT.error,
  run: async (args, { out }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { policies: { type: 'string' }, json: { type: 'boolean' } },
    });
    const last = positionals.at(-1);
    if (last === undefined || positionals.length < 2) throw new UsageError();
    const { olds, now } = readVersions(positionals.slice(0, -1), last);
    const comparisons = compareVersions(olds, now);
    const impact = values.policies === undefined ? undefined : impactOn(comparisons, values.policies);
    const report: Report = { now, comparisons, impact };
    out(values.json === true ? `${JSON.stringify(asJson(report))}\n` : asText(report));
    return comparisons.some(({ needsAttention }) => needsAttention) ? EXIT.findings : EXIT.ok;
  },
};

interface Report {
  readonly now: ContractVersion;
  readonly comparisons: readonly Comparison[];
  readonly impact: readonly Impact[] | undefined;
}

/** @throws FaultsError with all that keeps the folders from being compared */
function readVersions(
  oldFolders: readonly string[],
  newFolder: string,
): { readonly olds: readonly ContractVersion[]; readonly now: ContractVersion } {
  const latest = readContractVersion(newFolder);
  const read = oldFolders.map((folder) => readContractVersion(folder));
  const faults = [...read, latest].flatMap(({ faults }) => faults);
  const olds = read.flatMap(({ version }) => version ?? []);
  if (faults.length > 0 || latest.version === undefined) throw new FaultsError(faults);
  const { resource } = latest.version;
  const stranger = olds.find((old) => old.resource !== resource);
  if (stranger !== undefined) {
    throw new Error(`${stranger.folder} is a version of ${stranger.resource}, but ${newFolder} is one of ${resource}.`);
  }
  return { olds, now: latest.version };
}

/** @throws FaultsError if the policies do not load: a list that left a grant out would say that nobody is touched */
function impactOn(comparisons: readonly Comparison[], policiesDir: string): readonly Impact[] {
  const { policies, faults } = loadPolicies(policiesDir);
  if (faults.length > 0) throw new FaultsError(faults);
  return impactOf(comparisons, policies.grants);
}

function named({ folder, file: { id, version } }: ContractVersion): {
  readonly folder: string;
  readonly id: string;
  readonly version: string;
} {
  return { folder, id, version };
}

function asJson({ now, comparisons, impact }: Report): object {
  return {
    new: named(now),
    comparisons: comparisons.map(({ old, ...comparison }) => ({ old: named(old), ...comparison })),
    ...(impact === undefined ? {} : { impact }),
  };
}

function asText({ now, comparisons, impact }: Report): string {
  return [...comparisons.flatMap((comparison) => comparisonLines(comparison, now)), ...impactLines(impact)]
    .map((line) => `${line}\n`)
    .join('');
}

function comparisonLines({ old, findings, ...comparison }: Comparison, now: ContractVersion): readonly string[] {
  return [
    `${old.file.id} ${old.file.version} → ${now.file.version}: ${verdict(comparison)}`,
    ...findings.map(({ of, where, ...finding }) =>
      findingLine({ ...finding, where: `${of} ${where === '' ? '(all of it)' : where}` }),
    ),
  ];
}

function verdict({
  responseSafe,
  requestSafe,
  majorRaised,
  needsAttention,
}: Omit<Comparison, 'old' | 'findings'>): string {
  const safety = `${responseSafe ? 'response-safe' : 'BREAKS RESPONSES'}, ${requestSafe ? 'request-safe' : 'BREAKS REQUESTS'}`;
  const whole = majorRaised ? `${safety}; a new major version, which nobody meets unasked` : safety;
  return needsAttention ? `${whole}; somebody has to look at this` : whole;
}

function impactLines(impact: readonly Impact[] | undefined): readonly string[] {
  if (impact === undefined) return [];
  if (impact.length === 0) return ['No grant is touched.'];
  return [
    'Grants that are touched:',
    ...impact.map(({ grant, department, contract, purpose, fields, parameters }) => {
      const touched = [...fields, ...parameters.map((name) => `parameter ${name}`)].join(', ');
      return `  ${grant} (${department}, ${contract} for ${purpose}): ${touched}`;
    }),
  ];
}
