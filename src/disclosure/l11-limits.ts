import type { Fault } from '../domain/fault.ts';
import type { GrantedField } from '../domain/grant.ts';
import type { Plan } from '../domain/plan.ts';
import { limitFindings, settleField } from '../plan/settle-field.ts';
import type { Rule } from './rule.ts';

export const limits: Rule = {
  id: 'L11',
  titleEn: 'More than a limit allows',
  titleZh: '超出上限',
  explanation:
    'Floor, legal basis, purpose, clearance and department each say how much of a field may be seen. The gateway loads no grant that shows more; drafts, and grants whose limits were lowered since, are told here beside everything else.',
  find: ({ plans }) =>
    plans.flatMap((plan) =>
      plan.grant.fields.flatMap((granted) =>
        overLimit(granted, plan).map(({ message, remedy }) => ({
          severity: 'error' as const,
          fields: [{ grant: plan.grant.id, path: granted.path }],
          message,
          example:
            'a purpose that may see the district of 11010519491231002X, and a grant that shows its last four too',
          remedy,
        })),
      ),
    ),
};

/** The same words as those with which the gateway refuses it. */
function overLimit(granted: GrantedField, plan: Plan): readonly Omit<Fault, 'file'>[] {
  const field = plan.contract.fields.find(({ path }) => path === granted.path);
  if (field === undefined) return [];
  const settled = settleField(granted, field, plan);
  return 'findings' in settled ? settled.findings : limitFindings(settled.treated, field, plan);
}
