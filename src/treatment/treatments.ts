import { ageBand } from './age-band.ts';
import { areaCodeLevel } from './area-code.ts';
import { cnAddress } from './cn-address.ts';
import { cnMobile } from './cn-mobile.ts';
import { cnName } from './cn-name.ts';
import { cnResidentId } from './cn-resident-id.ts';
import { cnResidentIdPart } from './cn-resident-id-part.ts';
import { cnUscc } from './cn-uscc.ts';
import { codeLevel } from './code-level.ts';
import { constant } from './constant.ts';
import { dateAge } from './date-age.ts';
import { dateAgeBand } from './date-age-band.ts';
import { dateShift } from './date-shift.ts';
import { dateTruncate } from './date-truncate.ts';
import { ENDS_OF_DOCUMENTS } from './ends-of-document.ts';
import { exists } from './exists.ts';
import { fileDigest } from './file-digest.ts';
import { fileSize } from './file-size.ts';
import { formatPreserving } from './format-preserving.ts';
import { gpsGrid } from './gps-grid.ts';
import { ipNetwork } from './ip-network.ts';
import { keep } from './keep.ts';
import { keepEnds } from './keep-ends.ts';
import { macVendor } from './mac-vendor.ts';
import { maskRange } from './mask-range.ts';
import { MASKS_OF_A_SIDE } from './mask-side.ts';
import { match } from './match.ts';
import { nullify } from './nullify.ts';
import { numberBucket } from './number-bucket.ts';
import { numberRound } from './number-round.ts';
import { numberTop } from './number-top.ts';
import { pseudonym } from './pseudonym.ts';
import { textScan } from './text-scan.ts';
import { threshold } from './threshold.ts';
import { token } from './token.ts';
import type { Treatment } from './treatment.ts';
import { urlOrigin } from './url-origin.ts';

const ALL: readonly Treatment[] = [
  keep,
  // Yes or no: the strongest minimisation comes first.
  exists,
  match,
  threshold,
  dateAge,
  // Nothing of the value.
  nullify,
  constant,
  // Less of it.
  keepEnds,
  maskRange,
  ...MASKS_OF_A_SIDE,
  cnResidentId,
  cnResidentIdPart,
  cnName,
  cnMobile,
  cnUscc,
  ...ENDS_OF_DOCUMENTS,
  areaCodeLevel,
  cnAddress,
  codeLevel,
  dateTruncate,
  ageBand,
  dateAgeBand,
  numberRound,
  numberBucket,
  numberTop,
  ipNetwork,
  macVendor,
  gpsGrid,
  urlOrigin,
  fileSize,
  textScan,
  // Something else for it.
  pseudonym,
  token,
  formatPreserving,
  dateShift,
  fileDigest,
];

/** Every treatment there is. A grant that names another does not compile. */
export const TREATMENTS: ReadonlyMap<string, Treatment> = new Map(ALL.map((treatment) => [treatment.id, treatment]));
