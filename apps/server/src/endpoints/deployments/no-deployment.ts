import { notFound, type ProblemError } from '../../problems/problem-error.ts';

export function noDeployment(id: string): ProblemError {
  return notFound(`There is no deployment ${id}. GET /api/v1/deployments lists them.`);
}
