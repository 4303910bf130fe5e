import type { GrantSource } from '../policy/read-grant.ts';
import type { Comparison, Finding } from './compare-versions.ts';
import { TEXT_ONLY } from './rules.ts';

/** A grant that a new version touches, and where. */
export interface Impact {
  readonly grant: string;
  readonly file: string;
  readonly department: string;
  readonly systems: readonly string[];
  readonly contract: string;
  readonly purpose: string;
  /** Paths of the fields that it grants, or by which it chooses records. */
  readonly fields: readonly string[];
  readonly parameters: readonly string[];
}

/**
 * The grants on the old versions that hold a field or a parameter of which more than the description changed. Across a
 * new major they go on with the old version; what is listed is what moving to the new one asks of them.
 */
export function impactOf(comparisons: readonly Comparison[], grants: readonly GrantSource[]): readonly Impact[] {
  return grants.flatMap(({ file, grant }): readonly Impact[] => {
    const findings = comparisons
      .filter(({ old }) => old.file.id === grant.contract)
      .flatMap(({ findings }) => findings)
      .filter(({ rule }) => !TEXT_ONLY.has(rule));
    const named = [...grant.fields, ...(grant.rows ?? [])].map(({ path }) => path);
    const fields = touched(findings, 'response', [...new Set(named)]);
    const parameters = touched(
      findings,
      'request',
      grant.parameters.map((name) => `/${name}`),
    );
    if (fields.length + parameters.length === 0) return [];
    const { id, contract, purpose } = grant;
    const { department, systems } = grant.consumer;
    return [
      {
        grant: id,
        file,
        department,
        systems,
        contract,
        purpose,
        fields,
        parameters: parameters.map((path) => path.slice(1)),
      },
    ];
  });
}

/** A grant names leaves: they are touched by what changed of them, or of what they stand in. */
function touched(findings: readonly Finding[], side: Finding['of'], paths: readonly string[]): readonly string[] {
  const changed = findings.filter(({ of }) => of === side).map(({ where }) => where);
  return paths.filter((path) => changed.some((where) => path === where || path.startsWith(`${where}/`)));
}
