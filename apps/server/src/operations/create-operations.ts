import type { OperationDependencies } from '../dependencies.ts';
import type { Operations } from '../operations.ts';
import { deploymentOperations } from './deployments.ts';
import { overviewOperations } from './overview.ts';
import { runOperations } from './runs.ts';
import { sandboxOperations } from './sandbox.ts';
import { serviceOperations, triggerSetOperations } from './services.ts';

export function createOperations(deps: OperationDependencies): Operations {
  return {
    ...overviewOperations(deps),
    ...serviceOperations(deps),
    ...triggerSetOperations(deps),
    ...deploymentOperations(deps),
    ...runOperations(deps),
    ...sandboxOperations(deps),
  };
}
