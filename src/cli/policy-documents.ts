import { parseArgs } from 'node:util';
import type { Plan } from '../domain/plan.ts';
import { derivedSchema, grantOpenApi } from '../openapi/grant-openapi.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { FOLDER_OPTIONS, FOLDER_USAGE, grantOf, loadFolders } from './policy-folders.ts';

/** A document about one grant, for the developers of its consumer. */
function documentCommand(word: string, summary: string, describe: (plan: Plan) => object): Command {
  return {
    usage: `shuqiao policy ${word} --grant ID ${FOLDER_USAGE}`,
    summary,
    errorExit: EXIT.error,
    run: async (args, shell) => {
      const { values } = parseArgs({ args: [...args], options: { ...FOLDER_OPTIONS, grant: { type: 'string' } } });
      if (values.grant === undefined) throw new UsageError();
      const plan = grantOf(loadFolders(values), values.grant);
      shell.out(`${JSON.stringify(describe(plan), null, 2)}\n`);
      return EXIT.ok;
    },
  };
}

export const policySchema = documentCommand(
  'schema',
  'The derived schema of a grant: what the data of its answers looks like.',
  derivedSchema,
);

export const policyOpenApi = documentCommand(
  'openapi',
  'OpenAPI 3.1 of what the consumer of a grant can ask and gets.',
  grantOpenApi,
);
