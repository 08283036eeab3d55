import { Address, ListOf } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { awsSettings } from '../../aws/aws-settings.ts';

/** Types whose resources hold nothing: a new one in place of an old one loses nothing. */
const replaceableTypes = [
  'AWS::ApiGateway::Deployment',
  'AWS::AutoScaling::LaunchConfiguration',
  'AWS::CloudFormation::WaitCondition',
  'AWS::CloudFormation::WaitConditionHandle',
  'AWS::ECS::TaskDefinition',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
];

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
    replaceable: Type.Optional(
      ListOf(Type.String({ pattern: '^[A-Za-z0-9:]{1,200}$', maxLength: 200 }), 500, {
        default: replaceableTypes,
        description: 'Types of resources that may be replaced without anybody having to name them',
      }),
    ),
  },
  { additionalProperties: false },
);

/** With the name the configuration gives it. */
export type CloudformationSettings = Type.Static<typeof cloudformationSettings> & { name: string };

export const replaceableOf = ({ replaceable = replaceableTypes }: CloudformationSettings) => replaceable;
