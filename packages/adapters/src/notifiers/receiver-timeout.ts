import { Count } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** A delivery has 15 s, whatever it asks for: what may take longer would be called off before it can say why. */
const longestMs = 14_000;

/** How long a receiver may take to answer. @param of what it is for, in a setting's description */
export function receiverTimeout(of = 'For one request', byDefault = 10_000) {
  const description = `${of}, in milliseconds; a whole delivery has 15 s`;
  return Type.Optional(Count(100, longestMs, { default: byDefault, description }));
}
