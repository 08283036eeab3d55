import { Type } from 'typebox';
import type { Operations } from '../operations.ts';
import {
  Deployment,
  DeploymentInput,
  DeploymentPage,
  DeploymentPatchInput,
  DeploymentReadings,
  DeploymentView,
  PlanPreview,
  RollbackInput,
  Run,
} from '../schemas/index.ts';
import { PageQuery, ref, strict } from '../schemas/named.ts';
import type { Api } from './api.ts';
import { answers, IdempotencyHeaders, IdParams } from './route-parts.ts';

const tags = ['deployments'];

export function deploymentRoutes(api: Api, operations: Operations): void {
  api.post(
    '/deployments',
    {
      schema: {
        operationId: 'registerDeployment',
        tags,
        summary: 'Say that a deployment begins; call it before applying',
        headers: IdempotencyHeaders,
        body: ref(DeploymentInput),
        response: answers(201, Deployment),
      },
    },
    async (request, reply) => {
      const deployment = await operations.registerDeployment(request.body, request.operation);
      return reply.code(201).header('location', `/api/v1/deployments/${deployment.id}`).send(deployment);
    },
  );
  api.patch(
    '/deployments/:id',
    {
      schema: {
        operationId: 'updateDeployment',
        tags,
        summary: 'Say how a deployment ended',
        params: IdParams,
        body: ref(DeploymentPatchInput),
        response: answers(200, Deployment),
      },
    },
    (request) => operations.updateDeployment(request.params.id, request.body),
  );
  api.get(
    '/deployments',
    {
      schema: {
        operationId: 'listDeployments',
        tags,
        summary: 'Deployments, newest first',
        querystring: strict({ ...PageQuery.properties, service: Type.Optional(Type.String()) }),
        response: answers(200, DeploymentPage),
      },
    },
    (request) => operations.listDeployments(request.query),
  );
  api.get(
    '/deployments/:id',
    {
      schema: {
        operationId: 'deploymentView',
        tags,
        summary: 'One deployment: triggers, decision, target, timeline',
        params: IdParams,
        response: answers(200, DeploymentView),
      },
    },
    (request) => operations.deploymentView(request.params.id),
  );
  readingRoutes(api, operations);
  rollbackRoutes(api, operations);
}

function readingRoutes(api: Api, operations: Operations): void {
  api.get(
    '/deployments/:id/readings',
    {
      schema: {
        operationId: 'deploymentReadings',
        tags,
        summary: 'The readings of every trigger of a deployment, for its charts',
        params: IdParams,
        querystring: strict({
          from: Type.Optional(
            Type.String({ format: 'date-time', description: "Default: the deployment's start." }),
          ),
          to: Type.Optional(
            Type.String({ format: 'date-time', description: 'Default: now, or the end of its watch.' }),
          ),
        }),
        response: answers(200, DeploymentReadings),
      },
    },
    (request) => operations.deploymentReadings(request.params.id, request.query),
  );
}

function rollbackRoutes(api: Api, operations: Operations): void {
  api.get(
    '/deployments/:id/plan',
    {
      schema: {
        operationId: 'planPreview',
        tags,
        summary: 'What a rollback would do, step by step, or why it cannot',
        params: IdParams,
        querystring: strict({
          target: Type.Optional(
            Type.String({ description: 'Deployment id to return to; default: the last known good.' }),
          ),
        }),
        response: answers(200, PlanPreview),
      },
    },
    (request) => operations.planPreview(request.params.id, request.query.target ?? null),
  );
  api.post(
    '/deployments/:id/rollback',
    {
      schema: {
        operationId: 'rollbackDeployment',
        tags,
        summary: 'Take a deployment back; needs no approval',
        params: IdParams,
        headers: IdempotencyHeaders,
        body: ref(RollbackInput),
        response: answers(202, Run),
      },
    },
    async (request, reply) => {
      const run = await operations.rollbackDeployment(
        request.params.id,
        request.body,
        request.caller,
        request.operation,
      );
      return reply.code(202).header('location', `/api/v1/runs/${run.id}`).send(run);
    },
  );
}
