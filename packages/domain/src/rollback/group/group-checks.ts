import type { Service } from '../../service/service.ts';
import type { VerificationCheck } from '../../verification/checks/index.ts';
import { checksOf } from '../checks-of.ts';
import { lanePlan, lanesOf } from '../lanes.ts';
import type { Plan } from '../plan.ts';

/** What must be proven in the end, service by service; of a group each check bears the name of its service. */
export function planChecks(plan: Plan, services: readonly Service[]): VerificationCheck[] {
  const lanes = lanesOf(plan);
  if (lanes.length === 1)
    return services.flatMap((service) => (isOf(plan, service) ? checksOf(service, plan) : []));
  return lanes.flatMap((lane, place) => {
    const service = services.find((one) => isOf(lane, one));
    const checks = service ? checksOf(service, lanePlan(plan, place)) : [];
    return checks.map((check) => ({ ...check, name: `${service?.name}: ${check.name}` }));
  });
}

function isOf({ service }: Pick<Plan, 'service'>, { key }: Service): boolean {
  return service === key;
}
