{{ tell(model) }}select 1 as id, 'é—x' as label
