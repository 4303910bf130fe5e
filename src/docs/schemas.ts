import { SourcesFile } from '../config/sources.ts';
import { ContractFile } from '../contract/contract-file.ts';
import { SchemaFile } from '../contract/schema-file.ts';
import { ENTRY_SCHEMA } from '../ledger/entry-schema.ts';
import { CaseFile } from '../policy/case-file.ts';
import { DepartmentsFile, GrantFile, LegalBasesFile, PurposesFile, SystemsFile } from '../policy/policy-files.ts';
import { QuotasFile } from '../policy/quota-file.ts';
import { RetentionFile } from '../policy/retention-file.ts';

const published = (schema: object): object => ({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema });

/**
 * The meta-schemas of every file that people write, for their editors: the very ones that the gateway checks with. And of
 * what the ledger holds, for who reads it.
 */
export const SCHEMAS: Readonly<Record<string, object>> = {
  contract: published(ContractFile),
  record: published(SchemaFile),
  departments: published(DepartmentsFile),
  systems: published(SystemsFile),
  'legal-bases': published(LegalBasesFile),
  purposes: published(PurposesFile),
  quotas: published(QuotasFile),
  grant: published(GrantFile),
  cases: published(CaseFile),
  sources: published(SourcesFile),
  retention: published(RetentionFile),
  'ledger-entry': published(ENTRY_SCHEMA),
};
