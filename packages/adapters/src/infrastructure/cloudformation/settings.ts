import { Address, ListOf } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { awsSettings } from '../../aws/aws-settings.ts';

const Types = (description: string) =>
  ListOf(Type.String({ pattern: '^[A-Za-z0-9:@_-]{1,200}$', maxLength: 200 }), 500, { description });

/** Settings of one stack, as the configuration writes them. */
export const cloudformationSettings = Type.Object(
  {
    ...awsSettings,
    stackName: Type.Optional(
      Address({
        pattern: '^(arn:\\S+|[a-zA-Z][-a-zA-Z0-9]*)$',
        description: 'Name or ARN; the name of the entry by default',
      }),
    ),
    templateUrl: Address({
      pattern: '^https://[^{}]*\\{version\\}[^{}]*$',
      description:
        'Where the template of a version is kept: https://BUCKET.s3.amazonaws.com/queues/{version}.yaml',
    }),
    versionParameter: Type.String({
      pattern: '^[A-Za-z0-9]{1,255}$',
      maxLength: 255,
      description: 'Parameter of the stack that says which version it is at; every update must set it',
    }),
    stateful: Type.Optional(Types('Types of resources that keep data, besides the known ones')),
    stateless: Type.Optional(
      Types('Types of resources that keep none, of those that would count: Custom::BucketDeployment'),
    ),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type CloudformationSettings = Type.Static<typeof cloudformationSettings> & { name: string };
