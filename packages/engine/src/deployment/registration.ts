import {
  type Contracts,
  type Deployment,
  eventAbout,
  type NewDeployment,
  type NewEvent,
  type Notice,
  type Notification,
  type OtherChange,
  releaseRecord,
  type Service,
} from '@lastgood/domain';

/** What a pipeline says before it applies. */
export interface Registration {
  service: string;
  idempotencyKey: string | null;
  version: string | null;
  commit: string | null;
  author: string | null;
  pipelineUrl: string | null;
  /** `CONTAINER`, or `[KIND/]WORKLOAD/CONTAINER` where several have one of that name, to image about to be deployed. */
  images: Record<string, string>;
  changes: OtherChange[];
  contracts: Contracts;
}

export const registeredLate: Notice = {
  code: 'registered-late',
  words:
    'Registered after it was applied: what was before it is known from records only. Register before applying.',
};

export function registeredEvent(
  { id, service }: Pick<Deployment, 'id' | 'service'>,
  { version, author }: Registration,
  at: number,
): NewEvent {
  return eventAbout({
    type: 'deployment.registered',
    at,
    service,
    deploymentId: id,
    text: registeredInWords({ version, author }),
  });
}

/** Beside the release elsewhere: its rollout has begun. */
export function registeredRecord(
  deployment: NewDeployment & Partial<Pick<Deployment, 'release'>>,
  registration: Registration,
  { service, now }: { service: Service; now: number },
): Notification {
  const text = registeredInWords(registration);
  return releaseRecord('deployment_registered', deployment, service, { at: now, text });
}

function registeredInWords({ version, author }: Pick<Registration, 'version' | 'author'>): string {
  return `${version ?? 'A new version'} was registered${author ? ` by ${author}` : ''}.`;
}
