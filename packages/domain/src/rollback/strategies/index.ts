import type { DeploymentStrategy } from '../../service/service.ts';
import { rolling } from './rolling/rolling.ts';
import type { RollbackStrategy } from './strategy.ts';

/** The list of strategies. A deployment strategy that is not in it is refused, never replaced by another. */
export const strategies: Partial<Record<DeploymentStrategy, RollbackStrategy>> = { rolling };
