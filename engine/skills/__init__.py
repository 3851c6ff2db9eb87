"""The skills lent to a firm: interventions planned, days carried out."""
