import type { ServiceSummary } from './service-view-schema.ts';

/** Whether a service stands so. Its state is made of rows and of what is seen now, so no statement can ask for it. */
export function inState(
  state: ServiceSummary['standing']['state'] | undefined,
): ((service: ServiceSummary) => boolean) | undefined {
  return state === undefined ? undefined : (service) => service.standing.state === state;
}
