import { unfitWebAddress } from '@lastgood/domain';
import { Address } from '@lastgood/domain/bounds';
import { ProblemError } from '../problems/problem-error.ts';

/** A link that a person or a pipeline gives, to be opened from a screen. */
export function WebLink(to: string) {
  return Address({
    description: `Link to ${to}: http or https, without a user or a password in it.`,
  });
}

/** Refuses a link that would not open where it says, or that carries a secret; `path` points at it in the body. */
export function refuseUnfitLink(link: string | undefined, path: string): void {
  const message = link === undefined ? null : unfitWebAddress(link);
  if (message === null) return;
  throw new ProblemError(422, 'invalid-request', `${path}: ${message}`, { errors: [{ path, message }] });
}
