import { z } from 'zod';
import { AppError, ErrorCode } from '#shared/errors.ts';
import type { EnvelopeAnswer, ErrorStatus } from './endpoint.ts';

/** The schema of an answer: the envelope around its metadata. */
export function envelopeOf({ status, metadata, type = 'sync', isList = false }: EnvelopeAnswer): z.ZodType {
  return z.object({
    type: z.literal(type),
    status: z.literal('success'),
    status_code: z.literal(status),
    ...(metadata === undefined ? {} : { metadata }),
    ...(isList ? { total_size: z.int().min(0).describe('How many there are on all pages.') } : {}),
  });
}

const codesOf = (status: ErrorStatus) => ErrorCode.options.filter((code) => new AppError(code).status === status);

/** The schema of an error's answer. */
export const errorEnvelope = (status: ErrorStatus): z.ZodType =>
  z.object({
    type: z.literal('error'),
    status: z.literal('failed'),
    status_code: z.literal(status),
    error: z.string().min(1).describe('What is wrong, for people.'),
    code: z.enum(codesOf(status)).describe('What is wrong, for programs.'),
  });
