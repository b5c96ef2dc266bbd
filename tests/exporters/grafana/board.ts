// What a board of ours may be, put together from @grafana/schema: its dashboard types, and for each kind of panel the options and field
// settings of that very panel, where the dashboard types alone say Record<string, unknown>.
import type * as grafana from '@grafana/schema';
import type * as barGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as stateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// JSON holds an enum's value, which TypeScript does not take for the enum: the same type with values in the place of enums.
type Json<T> = T extends string ? `${T}`
  : T extends number ? (`${T}` extends `${infer N extends number}` ? N : never)
  : T extends (infer Item)[] ? Json<Item>[]
  : T extends object ? { [Key in keyof T]: Json<T[Key]> }
  : T;

// @grafana/schema has no type for a Prometheus query any more (it moved into the data source): the fields that ours use.
interface PrometheusQuery {
  refId: string;
  datasource: { type: 'prometheus'; uid: '${datasource}' };
  editorMode: 'code';
  expr: string;
  legendFormat: string;
  format: 'time_series' | 'table';
  instant: boolean;
  range: boolean;
}

interface DataLink { title: string; url: string }

// The ids of overrides that ours use, each with the type of what it overrides.
type Override<Custom> =
  | { [Id in 'unit' | 'displayName' | 'decimals' | 'min' | 'max' | 'thresholds' | 'mappings' | 'color']: { id: Id; value: NonNullable<grafana.FieldConfig[Id]> } }['unit' | 'displayName' | 'decimals' | 'min' | 'max' | 'thresholds' | 'mappings' | 'color']
  | { id: 'links'; value: DataLink[] }
  | { [Key in keyof Custom & string]-?: { id: `custom.${Key}`; value: NonNullable<Custom[Key]> } }[keyof Custom & string];

type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | { id: 'organize'; options: { excludeByName: Record<string, boolean>; indexByName: Record<string, number>; renameByName: Record<string, string> } }
  | { id: 'configFromData'; options: { configRefId: string; mappings: { fieldName: string; handlerKey: 'max'; reducerId: 'lastNotNull' }[];
                                       applyTo: { id: 'byFrameRefID'; options: string } } };

interface PanelOf<Type extends string, Options, Custom>
  extends Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations' | 'title' | 'description' | 'gridPos' | 'id'> {
  type: Type;
  id: number;
  title: string;
  description: string;
  gridPos: grafana.GridPos;
  targets: PrometheusQuery[];
  fieldConfig: {
    defaults: Omit<grafana.FieldConfig, 'custom' | 'links'> & { custom?: Custom; links?: DataLink[] };
    overrides: { matcher: { id: 'byName' | 'byFrameRefID'; options: string }; properties: Override<Custom>[] }[];
  };
  transformations?: Transformation[];
  options: Options;
}

type NoCustom = Record<never, never>;
// Grafana fills in what a table's cell leaves out.
type TableCell = Partial<table.FieldConfig>;

type Panel =
  | PanelOf<'bargauge', barGauge.Options, NoCustom>
  | PanelOf<'gauge', gauge.Options, NoCustom>
  | PanelOf<'stat', stat.Options, NoCustom>
  | PanelOf<'state-timeline', stateTimeline.Options, stateTimeline.FieldConfig>
  | PanelOf<'table', table.Options, TableCell>
  | PanelOf<'timeseries', timeSeries.Options, timeSeries.FieldConfig>;

export type Board = Json<Omit<grafana.Dashboard, 'panels'> & { panels: Panel[] }>;
