import type { z } from 'zod'
import type { AccountRoute } from '../exchange.ts'
import { settingsRequest, type settingsResponse } from '../schemas.ts'
import { acknowledgementsView, SETTINGS, settingsView } from './views.ts'

/** Changes what is named and nothing else. */
export const updateSettings: AccountRoute = async (account, { config, json }) => {
  const { acknowledgements = [], ...named } = await json(settingsRequest)
  const changed = Object.entries(named).filter(([, value]) => value !== undefined)
  const settings = Object.fromEntries(changed.map(([name, value]) => [settingFor(name), value]))
  const connection = await config.operations.updateSettings(account, settings, {
    acknowledgements: acknowledgements.map(({ setting, text_id }) => ({
      setting: SETTINGS[setting],
      textId: text_id,
    })),
  })
  const body: z.output<typeof settingsResponse> = {
    status: connection.status,
    settings: settingsView(connection.settings),
    acknowledgements: acknowledgementsView(connection.acknowledgements),
  }
  return { status: 200, body }
}

function settingFor(name: string): string {
  return name in SETTINGS ? SETTINGS[name as keyof typeof SETTINGS] : name
}
