import { notFound, type ProblemError } from '../../problems/problem-error.ts';

export function noDeployment(id: string): ProblemError {
  return notFound(`There is no deployment ${id}. The history of its service has them all.`);
}
