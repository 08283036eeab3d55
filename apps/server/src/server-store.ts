import type { DeploymentStore, Hold, Run, Service, TriggerSet } from '@lastgood/domain';
import type { Views } from '@lastgood/store/views/view-rows';

/** What a person's command on a run came to. */
export type RunCommandResult =
  | { kind: 'done' }
  | { kind: 'not-found' }
  /** Its state does not allow it, in words. */
  | { kind: 'refused'; reason: string };

/** What routes need of the store; the loops need its other ports besides. */
export interface ServerStore {
  deployments: DeploymentStore;
  views: Views;
  services: {
    /** Creates or replaces the declaration and writes `service.applied`. */
    apply(service: Service, by: string, at: number): Promise<void>;
  };
  triggerSets: {
    list(): Promise<TriggerSet[]>;
    get(name: string): Promise<TriggerSet | null>;
    apply(set: TriggerSet): Promise<void>;
  };
  holds: {
    /** Null when there is no such hold; a released one is returned as it is. */
    release(id: string, by: string, at: number): Promise<Hold | null>;
  };
  commands: {
    queueRun(run: Run): Promise<{ kind: 'queued' } | { kind: 'active'; run: Run }>;
    undoRun(id: string, by: string, at: number): Promise<RunCommandResult>;
    resumeRun(id: string, by: string, at: number): Promise<RunCommandResult>;
    editRun(id: string, reason: string, by: string, at: number): Promise<RunCommandResult>;
  };
}
