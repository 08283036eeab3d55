import type { Step } from '@lastgood/domain';

/** The object of the outside that a step changes, or looks at, by kind and name; null of what is nobody else's to change. */
export function objectOf(step: Step): string | null {
  switch (step.kind) {
    case 'rehearse-template':
    case 'set-template':
    case 'give-back-ownership':
    case 'wait-until-stable':
    case 'ensure-replicas':
      return `workload/${step.workload.name}`;
    case 'set-flag':
      return `flag/${step.flag}`;
    case 'set-config':
      return `configuration/${step.object.kind}/${step.object.name}`;
    case 'set-weight':
    case 'reach-stage':
    case 'hold-stage':
      return `route/${step.route.name}`;
    case 'switch-selector':
      return `service/${step.service.name}`;
    case 'order-abort':
    case 'skip-analysis':
    case 'wait-for-promotion':
      return `delivery/${step.object.name}`;
    case 'remove-object':
      return `object/${step.object.name}`;
    case 'apply-infrastructure':
      return `stack/${step.stack}`;
    case 'ensure-commit-reverted':
      return `branch/${step.repository}`;
    case 'wait-for-sync':
      return `application/${step.application.name}`;
    default:
      return null;
  }
}
