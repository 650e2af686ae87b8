"""Who runs the bot: the owner of its application at Discord, or those of the team that owns it."""

import discord

# Others of a team may look at the application, and run nothing.
_RUNS = {discord.TeamMemberRole.admin, discord.TeamMemberRole.developer}


async def operator_ids(client: discord.Client) -> tuple[int, ...]:
    """Ask Discord who runs the bot now; whoever left the team does no more.

    Raises:
        discord.HTTPException: Discord does not answer.
    """
    application = await client.application_info()
    team = application.team
    if team is None:
        return (application.owner.id,)
    # What stands there as the owner of a team's application is no person.
    return tuple(
        member.id
        for member in team.members
        if member.membership_state is discord.TeamMembershipState.accepted
        and (member.role in _RUNS or member.id == team.owner_id)
    )
