import type { Contract } from '../domain/contract.ts';
import type { Grant, Purpose } from '../domain/grant.ts';
import type { Department } from '../domain/party.ts';
import type { TreatmentKeys } from '../domain/treatment-keys.ts';

/** A grant and everything that it names, as it is compiled. */
export interface Granting {
  readonly grant: Grant;
  readonly contract: Contract;
  readonly purpose: Purpose;
  /** The department that the grant is given to. */
  readonly consumer: Department;
  /** Absent where the gateway has no treatment key: nothing that needs one is compiled then. */
  readonly keys?: TreatmentKeys | undefined;
}
