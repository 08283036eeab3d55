import type { Static, TSchema } from 'typebox';
import type * as schemas from './schemas/index.ts';

type Schemas = typeof schemas;
/** The wire shape of a named schema. */
export type Wire<Name extends keyof Schemas> = Schemas[Name] extends TSchema ? Static<Schemas[Name]> : never;

/** Who asks: a token of the configuration, or a person at the dashboard. */
export interface Caller {
  kind: 'person' | 'ci';
  name: string;
}

/** The identity of one write: a request that is sent again makes the thing with this id, not a second one. */
export interface OperationKey {
  id: string;
  /** The caller's Idempotency-Key. */
  key: string | null;
}

export interface PageRequest {
  cursor?: string;
  limit?: number;
}

export interface ServicePath {
  cluster: string;
  namespace: string;
  name: string;
}

/**
 * What the API can do, without HTTP: one function per operationId, from wire input to wire output. A fault a caller can
 * act on is thrown as a `ProblemError`.
 */
export interface Operations {
  nowView(): Promise<Wire<'NowView'>>;
  systemStatus(): Promise<Wire<'SystemStatus'>>;
  catalog(): Promise<Wire<'Catalog'>>;
  listServices(query: PageRequest & { search?: string }): Promise<Wire<'ServicePage'>>;
  serviceView(path: ServicePath): Promise<Wire<'ServiceView'>>;
  applyService(path: ServicePath, input: Wire<'ServiceInput'>, caller: Caller): Promise<Wire<'ServiceView'>>;
  listTriggerSets(): Promise<Wire<'TriggerSetList'>>;
  triggerSetView(name: string): Promise<Wire<'TriggerSet'>>;
  applyTriggerSet(name: string, input: Wire<'TriggerSetInput'>): Promise<Wire<'TriggerSet'>>;
  registerDeployment(input: Wire<'DeploymentInput'>, operation: OperationKey): Promise<Wire<'Deployment'>>;
  updateDeployment(id: string, input: Wire<'DeploymentPatchInput'>): Promise<Wire<'Deployment'>>;
  listDeployments(query: PageRequest & { service?: string }): Promise<Wire<'DeploymentPage'>>;
  deploymentView(id: string): Promise<Wire<'DeploymentView'>>;
  deploymentReadings(id: string, range: { from?: string; to?: string }): Promise<Wire<'DeploymentReadings'>>;
  planPreview(id: string, target: string | null): Promise<Wire<'PlanPreview'>>;
  rollbackDeployment(
    id: string,
    input: Wire<'RollbackInput'>,
    caller: Caller,
    operation: OperationKey,
  ): Promise<Wire<'Run'>>;
  listRuns(
    query: PageRequest & { service?: string; deployment?: string; status?: string },
  ): Promise<Wire<'RunPage'>>;
  runView(id: string): Promise<Wire<'RunView'>>;
  undoRun(id: string, caller: Caller): Promise<Wire<'Run'>>;
  resumeRun(id: string, caller: Caller): Promise<Wire<'Run'>>;
  retryRun(id: string, caller: Caller): Promise<Wire<'Run'>>;
  skipStep(id: string, input: Wire<'RunSkip'>, caller: Caller): Promise<Wire<'Run'>>;
  stopRun(id: string, input: Wire<'RunStopInput'>, caller: Caller): Promise<Wire<'Run'>>;
  editRun(id: string, input: Wire<'RunEdit'>, caller: Caller): Promise<Wire<'Run'>>;
  releaseHold(id: string, caller: Caller): Promise<Wire<'Hold'>>;
  listEvents(
    query: PageRequest & { service?: string; deployment?: string; run?: string },
  ): Promise<Wire<'EventPage'>>;
  sandboxView(): Promise<Wire<'SandboxView'>>;
  sandboxDeploy(input: Wire<'SandboxDeployInput'>): Promise<Wire<'Deployment'>>;
}
