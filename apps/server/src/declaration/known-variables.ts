import { triggerVariables } from '@lastgood/domain';

/** What a query may leave to be filled in. */
export const knownVariables = Object.keys(triggerVariables);
