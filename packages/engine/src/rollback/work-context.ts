import type { ClaimedRun } from '@lastgood/domain';

/** A claimed run as it stands in the worker's hands; `run`, `steps` and `checks` follow what was committed. */
export type WorkContext = ClaimedRun;
