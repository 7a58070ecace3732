import { ApplicationFailure } from '@temporalio/common';
import { FailureType } from '../../domain/failures.js';
import type { ActivityDependencies } from '../dependencies.js';
import { adoptPortion } from './adopt-portion.js';
import type { Portion, PortionRequest } from './adopt-portion.js';
import { peopleOf } from './scope.js';

/** What there is to adopt. */
export interface AdoptionPlan {
  /** Names of the application instances that are switched on. */
  readonly applications: readonly string[];
}

/** Activities of adoption on the main task queue. */
export interface AdoptionActivities {
  /**
   * Says in which applications the people of a Workday instance are looked for.
   *
   * @throws Configuration when there is no such instance; NotFound while it has no people, because nothing was synced
   */
  planAdoption(request: { readonly source: string }): Promise<AdoptionPlan>;
}

/** Activities of adoption on an application's task queue. */
export interface PortionActivities {
  /** See {@link adoptPortion}. */
  adoptPortion(request: PortionRequest): Promise<Portion>;
}

/** Makes the activity of the main task queue. */
export const createAdoptionActivities = (deps: ActivityDependencies): AdoptionActivities => ({
  planAdoption: async ({ source }) => {
    const { instances, workday } = deps.configuration.current().ilm;
    if (!workday.some(({ name }) => name === source)) {
      throw refusal(FailureType.Configuration, `There is no Workday instance '${source}' in ilm.yaml.`);
    }
    if ((await deps.store.people.page(peopleOf(deps, source), '', 1)).length === 0) {
      throw refusal(
        FailureType.NotFound,
        `'${source}' has no people yet. Start its report cycle, whose first run syncs them: ilm report start "${source}"`,
      );
    }
    return { applications: instances.filter(({ enabled }) => enabled).map(({ name }) => name) };
  },
});

/** Makes the activity of an application's task queue. */
export const createPortionActivities = (deps: ActivityDependencies): PortionActivities => ({
  adoptPortion: (request) => adoptPortion(deps, request),
});

const refusal = (type: FailureType, message: string): ApplicationFailure =>
  ApplicationFailure.create({ type, message, nonRetryable: true });
